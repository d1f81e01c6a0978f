export { type Permission, sessionReading, useMay, useSession } from './session.ts';
export { beginAs, useSwitching } from './switching.ts';
export { onSessionChangedElsewhere, tellOtherWindows } from './windows.ts';
