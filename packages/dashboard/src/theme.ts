import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from '@mantine/core';
import { elements } from '#strings/elements.ts';

/** The violet of Fanfare's sign. */
const fanfare: MantineColorsTuple = [
  '#f2f0ff',
  '#e1dbfd',
  '#c3b8fb',
  '#a493f7',
  '#8a74f3',
  '#7457ee',
  '#6244e6',
  '#4c2fd6',
  '#4026bd',
  '#32209a',
];

/**
 * Text in the colour of its kind on a tint of it, as badges and light buttons have: the library's own shades fall short
 * of the contrast that WCAG 2.2 AA asks for (4.5 to 1).
 */
const readableTints = new Set(['light', 'outline', 'subtle', 'transparent']);

const closeButtonProps = { 'aria-label': elements.close };

/** What lies over a page: its cross has a name, and its heading is none of the page's own banner. */
const overlay = {
  closeButtonProps,
  attributes: { header: { role: 'presentation' } },
};

export const theme = createTheme({
  colors: { fanfare },
  primaryColor: 'fanfare',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: '650' },
  components: {
    Modal: { defaultProps: overlay },
    Drawer: { defaultProps: overlay },
    Notification: { defaultProps: { closeButtonProps } },
    // The keyboard reaches the eye, too.
    PasswordInput: {
      defaultProps: {
        visibilityToggleFocusable: true,
        visibilityToggleButtonProps: { 'aria-label': elements.showPassword },
      },
    },
  },
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    if (!readableTints.has(input.variant)) return colors;
    const name = input.color ?? input.theme.primaryColor;
    if (!(name in input.theme.colors)) return colors;
    return { ...colors, color: `var(--fanfare-text-${name})` };
  },
});

const textShadeLight = 9;
const textShadeDark = 3;

export const cssVariables: CSSVariablesResolver = ({ colors }) => {
  const text = (shade: number) =>
    Object.fromEntries(
      Object.entries(colors).map(([name, tuple]) => [`--fanfare-text-${name}`, tuple[shade] ?? tuple[0]]),
    );
  return {
    variables: {},
    light: {
      ...text(textShadeLight),
      '--fanfare-text-yellow': '#7a4d00',
      '--fanfare-text-orange': '#a33b00',
      '--fanfare-text-green': '#1f6b2d',
      '--fanfare-text-teal': '#086a53',
      '--fanfare-text-gray': colors.gray[7],
      '--mantine-color-dimmed': colors.gray[7],
      '--mantine-color-placeholder': '#687078',
      '--mantine-color-error': colors.red[9],
      '--mantine-color-anchor': colors['fanfare']?.[7] ?? '',
      '--fanfare-page': '#fafafc',
    },
    dark: {
      ...text(textShadeDark),
      '--fanfare-text-gray': colors.gray[4],
      '--fanfare-text-dark': colors.gray[4],
      '--mantine-color-dimmed': colors.dark[1],
      '--mantine-color-placeholder': '#a3a3a3',
      '--mantine-color-error': colors.red[4],
      '--mantine-color-anchor': colors['fanfare']?.[3] ?? '',
      '--fanfare-page': colors.dark[8],
    },
  };
};
