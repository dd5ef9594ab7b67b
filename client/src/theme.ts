import { createTheme, type CSSVariablesResolver } from '@mantine/core'

// Shades with which text keeps a contrast of 4.5 to 1 in both schemes.
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif',
  respectReducedMotion: true,
  cursorType: 'pointer',
})

export const resolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#50565e',
    '--mantine-color-error': '#b3201f',
    '--mantine-color-placeholder': '#666d76',
  },
  dark: {
    '--mantine-color-dimmed': '#b3b9c1',
    '--mantine-color-error': '#ff9d9d',
    '--mantine-color-placeholder': '#a0a7b0',
    '--mantine-color-indigo-filled': '#4263eb',
    '--mantine-color-indigo-filled-hover': '#3b5bdb',
    '--mantine-primary-color-filled': '#4263eb',
    '--mantine-primary-color-filled-hover': '#3b5bdb',
  },
})
