import { createClient } from '@fanfare/client';

/** The API of the Fanfare that served this page, as whoever is signed in. */
export const fanfare = createClient({ baseUrl: '' });
