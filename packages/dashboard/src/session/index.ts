export { type Permission, sessionReading, useMay, useSession } from './session.ts';
export { useSwitching } from './switching.ts';
export { onSessionChangedElsewhere, tellOtherWindows } from './windows.ts';
