import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Entry, SearchMatch } from '@/api/types'
import { ErrorNotice } from '@/ui/ErrorNotice'
import { Input } from '@/ui/Input'
import { Segments } from '@/ui/Segments'
import { useDesk } from '../desk/DeskProvider'
import { EntryIcon } from '../files/icons'
import { openFolders } from '../files/tree'
import { foldersOf, nameOf, parentOf } from '../paths'
import { matchesQuery, namesQuery } from './queries'
import styles from './SearchPanel.module.css'

const WAIT_MS = 250

type Where = 'contents' | 'names'

/** Finds files by what is in them, or by their names. */
export function SearchPanel({ onLeave }: { onLeave?: (() => void) | undefined }) {
  const { t } = useTranslation('workspaces')
  const [where, setWhere] = useState<Where>('contents')
  const [query, setQuery] = useState('')
  const [glob, setGlob] = useState('')
  const [isCaseSensitive, setCaseSensitive] = useState(false)
  const [isRegex, setRegex] = useState(false)
  const settled = useSettled(query.trim())
  const settledGlob = useSettled(glob.trim())
  return (
    <search className={styles.panel} aria-label={t('search.label')}>
      <div className={styles.fields}>
        <Input
          autoFocus
          value={query}
          placeholder={t(`search.${where}Hint`)}
          aria-label={t('search.query')}
          maxLength={200}
          onChange={(event) => setQuery(event.target.value)}
        />
        <Segments
          label={t('search.where')}
          value={where}
          options={(['contents', 'names'] as const).map((value) => ({ value, label: t(`search.${value}`) }))}
          onChange={setWhere}
        />
        {where === 'contents' && (
          <>
            <Input
              size="small"
              value={glob}
              placeholder={t('search.globHint')}
              aria-label={t('search.glob')}
              maxLength={200}
              onChange={(event) => setGlob(event.target.value)}
            />
            <div className={styles.choices}>
              <Choice label={t('search.case')} value={isCaseSensitive} onChange={setCaseSensitive} />
              <Choice label={t('search.regex')} value={isRegex} onChange={setRegex} />
            </div>
          </>
        )}
      </div>
      <div className={styles.scroller}>
        {where === 'contents' ? (
          <Contents wanted={{ query: settled, isRegex, isCaseSensitive, glob: settledGlob }} onLeave={onLeave} />
        ) : (
          <Names query={settled} onLeave={onLeave} />
        )}
      </div>
    </search>
  )
}

/** A value once nobody has typed for a moment. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), WAIT_MS)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

interface ChoiceProps {
  label: string
  value: boolean
  onChange: (value: boolean) => void
}

function Choice({ label, value, onChange }: ChoiceProps) {
  return (
    <label className={styles.choice}>
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} /> {label}
    </label>
  )
}

type ContentsProps = { wanted: Parameters<typeof matchesQuery>[1]; onLeave?: (() => void) | undefined }

function Contents({ wanted, onLeave }: ContentsProps) {
  const { t } = useTranslation('workspaces')
  const { workspaceId } = useDesk()
  const found = useQuery(matchesQuery(workspaceId, wanted))
  if (wanted.query === '') return <p className={styles.note}>{t('search.start')}</p>
  if (found.isError) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <p className={styles.note}>{t('search.searching')}</p>
  const { matches, files, more } = found.data
  const byFile = grouped(matches)
  return (
    <>
      <p className={styles.note} role="status">
        {t('search.found', { count: matches.length, files })} {more && t('search.more')}
      </p>
      {[...byFile].map(([path, inFile]) => (
        <section key={path} className={styles.file} aria-label={path}>
          <h3 title={path}>
            {nameOf(path)} <span>{parentOf(path)}</span>
          </h3>
          <ul>
            {inFile.map((match) => (
              <Match key={`${match.line}:${match.column}`} match={match} onLeave={onLeave} />
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}

/** The matches of each file, in the order they came. */
function grouped(matches: SearchMatch[]): Map<string, SearchMatch[]> {
  const files = new Map<string, SearchMatch[]>()
  for (const match of matches) files.set(match.path, [...(files.get(match.path) ?? []), match])
  return files
}

function Match({ match, onLeave }: { match: SearchMatch; onLeave?: (() => void) | undefined }) {
  const { open } = useDesk()
  const { path, line, column, length, text } = match
  const letters = [...text]
  const part = (from: number, to?: number) => letters.slice(from, to).join('')
  const start = Math.max(0, column - 1)
  return (
    <li>
      <button
        type="button"
        className={styles.match}
        onClick={() => {
          open(path, line)
          onLeave?.()
        }}
      >
        <span className={styles.line}>{line}</span>
        <code>
          {part(0, start).trimStart()}
          <mark>{part(start, start + length)}</mark>
          {part(start + length)}
        </code>
      </button>
    </li>
  )
}

function Names({ query, onLeave }: { query: string; onLeave?: (() => void) | undefined }) {
  const { t } = useTranslation('workspaces')
  const { workspaceId, open } = useDesk()
  const found = useQuery(namesQuery(workspaceId, query))
  if (query === '') return <p className={styles.note}>{t('search.startNames')}</p>
  if (found.isError) return <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
  if (!found.data) return <p className={styles.note}>{t('search.searching')}</p>
  const show = (entry: Entry) => {
    if (entry.kind === 'folder') openFolders(workspaceId, [...foldersOf(entry.path), entry.path])
    else {
      open(entry.path)
      onLeave?.()
    }
  }
  return (
    <>
      <p className={styles.note} role="status">
        {t('search.foundNames', { count: found.data.items.length })} {found.data.more && t('search.more')}
      </p>
      <ul className={styles.names}>
        {found.data.items.map((entry) => (
          <li key={entry.path}>
            <button type="button" className={styles.named} title={entry.path} onClick={() => show(entry)}>
              <EntryIcon entry={entry} />
              <span>{entry.name}</span>
              <small>{parentOf(entry.path)}</small>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
