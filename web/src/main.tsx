/** Starts the app: language, theme, sign-in, then the page that was asked for. */
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { auth } from './api/auth'
import { queryClient } from './api/queryClient'
import { startLanguages } from './locales'
import { router } from './routes/router'
import { Toasts } from './ui/Toasts'
import { watchAppearance } from './ui/theme/appearance'
import { ThemeProvider } from './ui/theme/ThemeProvider'
import './ui/theme/tokens.css'

auth.listen()
watchAppearance()
await startLanguages()

const place = document.getElementById('root')
if (place) {
  createRoot(place).render(
    <StrictMode>
      <ThemeProvider>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
          <Toasts />
        </QueryClientProvider>
      </ThemeProvider>
    </StrictMode>,
  )
}
