export { type Permission, sessionReading, useMay, useSession } from './session.ts';
export { onSessionChangedElsewhere, tellOtherWindows } from './windows.ts';
