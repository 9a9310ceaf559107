import { SearchOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Found, FoundTitle, Highlight } from '@/api/types'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Input } from '@/ui/Input'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { Time } from '@/ui/Time'
import { useFilters } from '@/ui/useFilters'
import { piecesOf } from './pieces'
import { foundQuery, titlesQuery } from './queries'
import styles from './SearchPage.module.css'

const PAUSE_MS = 250

/** Every message of one's own, by its words; the words stay in the address. */
export function SearchPage() {
  const { t } = useTranslation('search')
  const { t: chat } = useTranslation('chat')
  const { filters, change } = useFilters('q')
  const [words, setWords] = useState(filters.q ?? '')
  useEffect(() => {
    const timer = setTimeout(() => change({ q: words.trim() || undefined }), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [words, change])
  return (
    <Page title={chat('search')}>
      <Input
        autoFocus
        allowClear
        size="large"
        type="search"
        maxLength={200}
        prefix={<SearchOutlined aria-hidden="true" />}
        aria-label={t('words')}
        placeholder={t('words')}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <Results words={filters.q ?? ''} />
    </Page>
  )
}

function Results({ words }: { words: string }) {
  const { t } = useTranslation('search')
  const found = useInfiniteQuery(foundQuery(words))
  const titles = useQuery(titlesQuery(words)).data ?? []
  if (words === '') return <p className={styles.hint}>{t('hint')}</p>
  if (found.isError) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
  if (found.isPending) return <Skeleton className={styles.hint} rows={6} />
  const items = found.data.pages.flatMap((page) => page.items)
  if (items.length === 0 && titles.length === 0) {
    return <EmptyState icon={<SearchOutlined />} title={t('nothing')} text={t('nothingText')} />
  }
  return (
    <>
      {titles.length > 0 && (
        <ul className={styles.list} aria-label={t('titles')}>
          {titles.map((item) => (
            <TitleHit key={item.session_id} item={item} />
          ))}
        </ul>
      )}
      <ul className={styles.list} aria-label={t('results')} aria-busy={found.isPlaceholderData}>
        {items.map((item) => (
          <Hit key={item.message_id} item={item} />
        ))}
      </ul>
      {found.hasNextPage && (
        <Button onClick={() => void found.fetchNextPage()} loading={found.isFetchingNextPage}>
          {t('more')}
        </Button>
      )}
    </>
  )
}

function Hit({ item }: { item: Found }) {
  const { t } = useTranslation(['chat', 'search'])
  const who = item.kind === 'summary' ? t('search:summary') : t(item.role === 'user' ? 'you' : 'assistant')
  return (
    <li>
      <Link
        to="/chat/$sessionId"
        params={{ sessionId: item.session_id }}
        search={{ message: item.message_id }}
        className={styles.hit}
      >
        <span className={styles.head}>
          <strong className={styles.title}>{item.title ?? t('untitled')}</strong>
          <span className={styles.who}>{who}</span>
          {item.is_archived && <span>{t('archive')}</span>}
          <Time at={item.created_at} />
        </span>
        <span className={styles.excerpt}>
          {!item.begins && '… '}
          <Marked text={item.excerpt} places={item.highlights} />
        </span>
      </Link>
    </li>
  )
}

/** A session whose title was found. */
function TitleHit({ item }: { item: FoundTitle }) {
  const { t } = useTranslation(['chat', 'search'])
  return (
    <li>
      <Link to="/chat/$sessionId" params={{ sessionId: item.session_id }} className={styles.hit}>
        <span className={styles.head}>
          <strong className={styles.title}>
            <Marked text={item.title} places={item.highlights} />
          </strong>
          <span>{t('search:title')}</span>
          {item.is_archived && <span>{t('archive')}</span>}
        </span>
      </Link>
    </li>
  )
}

function Marked({ text, places }: { text: string; places: Highlight[] }) {
  return piecesOf(text, places).map((piece) => (piece.marked ? <mark key={piece.from}>{piece.text}</mark> : piece.text))
}
