/** What one window of the dashboard tells the others of the same browser: that somebody signed out, or another in. */
const channel = new BroadcastChannel('fanfare-session');

export function tellOtherWindows(): void {
  channel.postMessage('changed');
}

export function onSessionChangedElsewhere(hear: () => void): () => void {
  channel.addEventListener('message', hear);
  return () => channel.removeEventListener('message', hear);
}
