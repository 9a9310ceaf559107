import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { CopyButton } from '@/ui/CopyButton'
import styles from './ToolCard.module.css'
import { printed } from './tool'

const SHOWN = 20_000
const NEAR = 24

/** What a tool prints; follows its end while the reader is there, and shows only the end of very much. */
export function ToolOutput({ text, going }: { text: string; going: boolean }) {
  const { t } = useTranslation('agents')
  const [all, setAll] = useState(false)
  const clean = useMemo(() => printed(all ? text : text.slice(-2 * SHOWN)), [text, all])
  const shown = all ? clean : clean.slice(-SHOWN)
  const hidden = text.length > 2 * SHOWN || clean.length > SHOWN
  const box = useRef<HTMLElement>(null)
  const stuck = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the text
  useLayoutEffect(() => {
    if (going && stuck.current && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [shown, going])
  return (
    <div className={styles.output}>
      {hidden && !all && (
        <Button size="small" onClick={() => setAll(true)}>
          {t('allOutput', { count: text.length })}
        </Button>
      )}
      <section
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: long output scrolls, also by keyboard
        tabIndex={0}
        className={styles.printed}
        aria-label={t('output')}
        onScroll={({ currentTarget: element }) => {
          stuck.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR
        }}
      >
        <pre translate="no">{shown}</pre>
      </section>
      <span className={styles.copy}>
        <CopyButton text={text} label={t('copyOutput')} />
      </span>
    </div>
  )
}
