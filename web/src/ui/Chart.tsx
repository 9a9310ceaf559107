import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './Chart.module.css'
import type { Drawing } from './chart/draw'
import { type ChartWanted, chartOption, type Ink, type Series } from './chart/option'
import { colourOf } from './chart/palette'
import { isDark, onAppearance } from './theme/appearance'

interface ChartProps extends ChartWanted {
  label: string
}

/** A chart, and the same numbers as a table. The page paints first; the drawing code comes afterwards. */
export function Chart({ label, ...wanted }: ChartProps) {
  const { t } = useTranslation()
  const many = wanted.series.length > 1
  return (
    <figure className={styles.chart}>
      {many && <Legend series={wanted.series} />}
      <Canvas label={label} wanted={wanted} />
      <details className={styles.details}>
        <summary>{t('chart.table')}</summary>
        <NumberTable label={label} wanted={wanted} />
      </details>
    </figure>
  )
}

function Canvas({ label, wanted }: { label: string; wanted: ChartWanted }) {
  const place = useRef<HTMLDivElement>(null)
  const dark = useSyncExternalStore(onAppearance, isDark)
  const [drawing, setDrawing] = useState<Drawing | null>(null)
  useEffect(() => {
    let mine: Drawing | null = null
    let left = false
    void import('./chart/draw').then(({ drawIn }) => {
      if (left || !place.current) return
      mine = drawIn(place.current)
      setDrawing(mine)
    })
    return () => {
      left = true
      mine?.end()
      setDrawing(null)
    }
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page, which changes with the theme
  useEffect(() => {
    drawing?.show(chartOption(wanted, ink()))
  }, [drawing, wanted, dark])
  return <div ref={place} className={styles.canvas} role="img" aria-label={label} data-drawn={drawing !== null} />
}

function ink(): Ink {
  const style = getComputedStyle(document.documentElement)
  const read = (name: string) => style.getPropertyValue(name).trim()
  return { text: read('--text-soft'), line: read('--line'), raised: read('--bg-raised') }
}

function Legend({ series }: { series: Series[] }) {
  return (
    <ul className={styles.legend}>
      {series.map(({ name, colour }, index) => (
        <li key={name}>
          <span className={styles.swatch} style={{ background: colourOf(index, colour) }} aria-hidden="true" />
          {name}
        </li>
      ))}
    </ul>
  )
}

function NumberTable({ label, wanted }: { label: string; wanted: ChartWanted }) {
  const { t } = useTranslation()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={styles.scroll} aria-label={label} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('chart.when')}</th>
            {wanted.series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {wanted.labels.map((at, index) => (
            <tr key={at}>
              <th scope="row">{at}</th>
              {wanted.series.map(({ name, values }) => (
                <td key={name}>{shown(values[index], wanted.format)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function shown(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? '–' : format(value)
}
