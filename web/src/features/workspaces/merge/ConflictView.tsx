import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui/Button'
import { Segments } from '@/ui/Segments'
import { useDesk } from '../desk/DeskProvider'
import styles from './ConflictView.module.css'
import { type Choice, conflictsOf, merge, mergedText, type Piece } from './merge'

interface ConflictViewProps {
  path: string
  base: string
  yours: string
  theirs: string
  onSave: () => void
  onClose: () => void
}

/** Two people wrote: both texts beside what they began from, and a choice wherever they are at odds. */
export function ConflictView({ path, base, yours, theirs, onSave, onClose }: ConflictViewProps) {
  const { t } = useTranslation('workspaces')
  const { store } = useDesk()
  const pieces = useMemo(() => merge(base, yours, theirs), [base, yours, theirs])
  const [choices, setChoices] = useState<ReadonlyMap<number, Choice>>(new Map())
  const merged = mergedText(pieces, choices)
  const open = conflictsOf(pieces) - choices.size
  const settle = (text: string) => {
    store.dispatch({ kind: 'resolved', path, text })
    onClose()
    if (text !== theirs) onSave()
  }
  return (
    <div className={styles.view}>
      <header className={styles.head}>
        <h2>{t('conflict.title')}</h2>
        <p>{open > 0 ? t('conflict.open', { count: open }) : t('conflict.ready')}</p>
        <div className={styles.buttons}>
          <Button onClick={onClose}>{t('conflict.later')}</Button>
          <Button onClick={() => settle(theirs)}>{t('conflict.takeTheirs')}</Button>
          <Button onClick={() => settle(yours)}>{t('conflict.keepYours')}</Button>
          <Button type="primary" disabled={merged === null} onClick={() => merged !== null && settle(merged)}>
            {t('conflict.saveMerged')}
          </Button>
        </div>
      </header>
      {numbered(pieces).map(({ piece, key, conflict }) =>
        piece.kind === 'settled' ? (
          <Settled key={key} piece={piece} />
        ) : (
          <Conflict
            key={key}
            piece={piece}
            number={conflict + 1}
            choice={choices.get(conflict)}
            onChoose={(choice) => setChoices(new Map(choices).set(conflict, choice))}
          />
        ),
      )}
    </div>
  )
}

function numbered(pieces: Piece[]) {
  let conflict = -1
  return pieces.map((piece, key) => {
    if (piece.kind === 'conflict') conflict += 1
    return { piece, key, conflict }
  })
}

/** Of what nobody changed, so many lines at either end say where we are. */
const LINES_AROUND = 3

function Settled({ piece }: { piece: Extract<Piece, { kind: 'settled' }> }) {
  const { t } = useTranslation('workspaces')
  const lines = piece.text.split('\n')
  const hidden = piece.by === 'nobody' ? lines.length - 2 * LINES_AROUND : 0
  if (hidden <= 1) {
    return (
      <div className={styles.settled} data-by={piece.by}>
        {piece.by !== 'nobody' && <span className={styles.by}>{t(`conflict.by.${piece.by}`)}</span>}
        <pre>{piece.text || t('conflict.nothing')}</pre>
      </div>
    )
  }
  return (
    <div className={styles.settled} data-by="nobody">
      <pre>{lines.slice(0, LINES_AROUND).join('\n')}</pre>
      <p className={styles.hidden}>{t('conflict.unchanged', { count: hidden })}</p>
      <pre>{lines.slice(-LINES_AROUND).join('\n')}</pre>
    </div>
  )
}

interface ConflictProps {
  piece: Extract<Piece, { kind: 'conflict' }>
  number: number
  choice: Choice | undefined
  onChoose: (choice: Choice) => void
}

function Conflict({ piece, number, choice, onChoose }: ConflictProps) {
  const { t } = useTranslation('workspaces')
  const sides = ['yours', 'base', 'theirs'] as const
  return (
    <section className={styles.conflict} aria-label={t('conflict.number', { number })}>
      <div className={styles.sides}>
        {sides.map((side) => (
          <div
            key={side}
            className={styles.side}
            data-chosen={choice === side || (choice === 'both' && side !== 'base')}
          >
            <h3>{t(`conflict.${side}`)}</h3>
            <pre>{piece[side] || t('conflict.nothing')}</pre>
          </div>
        ))}
      </div>
      <Segments
        label={t('conflict.choose', { number })}
        value={choice ?? ('' as Choice)}
        options={(['yours', 'theirs', 'both'] as const).map((value) => ({ value, label: t(`conflict.pick.${value}`) }))}
        onChange={onChoose}
      />
    </section>
  )
}
