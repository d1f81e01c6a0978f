/** Every database made for a test file is called this and a random suffix. */
export const testDatabasePrefix = 'test_';

/** The same server, another database. */
export function onDatabase(connectionString: string, name: string): string {
  const url = new URL(connectionString);
  url.pathname = `/${name}`;
  return url.href;
}
