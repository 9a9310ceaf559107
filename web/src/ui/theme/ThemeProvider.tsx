import { ConfigProvider, theme } from 'antd'
import { type ReactNode, useSyncExternalStore } from 'react'
import { isDark, onAppearance } from './appearance'

const shared = {
  colorPrimary: '#0958d9',
  borderRadius: 8,
  fontSize: 14,
  controlHeight: 36,
  fontFamily: 'var(--font)',
  fontFamilyCode: 'var(--mono)',
  // Its buttons keep a hidden “loading” in their name when the way out of that picture is interrupted.
  motion: false,
}

const light = {
  token: {
    ...shared,
    colorText: '#1b1f24',
    colorBorder: '#8b939c',
    colorTextPlaceholder: '#666e78',
    colorTextDescription: '#555e68',
    colorError: '#b91c1c',
  },
}

const dark = {
  algorithm: theme.darkAlgorithm,
  token: {
    ...shared,
    colorBgBase: '#15171a',
    colorText: '#e7e9ec',
    colorBorder: '#767f8a',
    colorTextPlaceholder: '#98a1ab',
    colorTextDescription: '#a8b0b9',
    colorLink: '#8ab6ff',
    colorError: '#f0766f',
  },
}

/** The one place that tells the component library our colours. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const darkNow = useSyncExternalStore(onAppearance, isDark)
  return (
    <ConfigProvider theme={darkNow ? dark : light} wave={{ disabled: true }}>
      {children}
    </ConfigProvider>
  )
}
