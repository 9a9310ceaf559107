import type { ReactNode } from 'react'
import styles from './DataTable.module.css'

export interface Column<Row> {
  key: string
  title: string
  render: (row: Row) => ReactNode
  /** The name of the row, a number, or its buttons. */
  kind?: 'name' | 'number' | 'actions'
}

interface DataTableProps<Row> {
  /** What the table lists, for those who do not see it. */
  label: string
  columns: Column<Row>[]
  rows: Row[]
  rowKey: (row: Row) => string
  /** A look of its own for a row. */
  rowClass?: (row: Row) => string | undefined
}

/** Rows and columns; where there is no room for columns, each row is a card. */
export function DataTable<Row>({ label, columns, rows, rowKey, rowClass }: DataTableProps<Row>) {
  return (
    <div className={styles.frame}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ key, title, kind }) => (
              <th key={key} scope="col" className={kind && styles[kind]}>
                {kind === 'actions' ? <span className="visually-hidden">{title}</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className={rowClass?.(row)}>
              {columns.map(({ key, title, kind, render }) => (
                <td key={key} className={kind && styles[kind]} data-label={isLabelled(kind) ? title : undefined}>
                  {render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function isLabelled(kind: Column<unknown>['kind']): boolean {
  return kind !== 'name' && kind !== 'actions'
}
