import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './page.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Questions } from './elements/index.ts';
import { queries } from './queries.ts';
import { router } from './router.ts';
import { cssVariables, theme } from './theme.ts';

/** The server writes one into each page, and only styles that bear it count (Content-Security-Policy). */
const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
setNonce(styleNonce);

// Another version of Fanfare has other files: a page that is open since before finds some of its own no more.
const reloadedKey = 'fanfare-reloaded-for-files';
addEventListener('vite:preloadError', (event) => {
  if (sessionStorage.getItem(reloadedKey) === location.href) return;
  sessionStorage.setItem(reloadedKey, location.href);
  event.preventDefault();
  location.reload();
});

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element called root');

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => styleNonce}
    >
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-right" limit={4} />
        <RouterProvider router={router} />
        <Questions />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
