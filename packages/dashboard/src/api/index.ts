export { ApiProblem } from '@fanfare/client';
export { type ChangeSettings, type ReadPath, useChange, useChanged } from './changing.ts';
export { type Explanation, explain, fieldErrors, isMissing, isSignedOut } from './explain.ts';
export { fanfare } from './fanfare.ts';
export { notifyDone } from './notices.ts';
export { reading, useList, useRead } from './reading.ts';
