import type { Token, Tokens } from './blocks'
import { isClosedFence } from './blocks'
import { CodeBlock } from './CodeBlock'
import { InlineTokens } from './InlineTokens'
import styles from './Markdown.module.css'

/** One block-level token of Markdown. */
export function BlockToken({ token, open }: { token: Token; open: boolean }) {
  switch (token.type) {
    case 'heading':
      return <Heading token={token as Tokens.Heading} />
    case 'paragraph':
      return (
        <p>
          <InlineTokens tokens={token.tokens} />
        </p>
      )
    case 'code': {
      const code = token as Tokens.Code
      return <CodeBlock code={code.text} language={code.lang ?? ''} complete={!open || isClosedFence(code.raw)} />
    }
    case 'blockquote':
      return (
        <blockquote>
          <BlockTokens tokens={token.tokens} open={open} />
        </blockquote>
      )
    case 'list':
      return <List token={token as Tokens.List} open={open} />
    case 'table':
      return <Table token={token as Tokens.Table} />
    case 'hr':
      return <hr />
    case 'html':
      return <p>{token.raw}</p>
    case 'text':
      return <InlineTokens tokens={token.tokens ?? [token]} />
    default:
      return null
  }
}

function BlockTokens({ tokens, open }: { tokens: Token[] | undefined; open: boolean }) {
  return tokens?.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: tokens of one text never move
    <BlockToken key={index} token={token} open={open && index === tokens.length - 1} />
  ))
}

/** Levels start at 3: the page's own headings are above. */
function Heading({ token }: { token: Tokens.Heading }) {
  const content = <InlineTokens tokens={token.tokens} />
  if (token.depth === 1) return <h3 className={styles.h1}>{content}</h3>
  if (token.depth === 2) return <h4 className={styles.h2}>{content}</h4>
  return <h5 className={styles.h3}>{content}</h5>
}

function List({ token, open }: { token: Tokens.List; open: boolean }) {
  const items = token.items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: items of one text never move
    <li key={index} className={item.task ? styles.task : undefined}>
      {item.task && <input type="checkbox" checked={item.checked ?? false} readOnly disabled aria-label={item.text} />}
      <BlockTokens
        tokens={item.tokens.filter((inner) => inner.type !== 'checkbox')}
        open={open && index === token.items.length - 1}
      />
    </li>
  ))
  return token.ordered ? <ol start={token.start || 1}>{items}</ol> : <ul>{items}</ul>
}

function Table({ token }: { token: Tokens.Table }) {
  const cells = (row: Tokens.TableCell[], Cell: 'th' | 'td') =>
    row.map((cell, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: columns of one text never move
      <Cell key={index} style={{ textAlign: cell.align ?? 'start' }}>
        <InlineTokens tokens={cell.tokens} />
      </Cell>
    ))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls sideways, also by keyboard
    <figure className={styles.table} tabIndex={0} aria-label={token.header.map((cell) => cell.text).join(', ')}>
      <table>
        <thead>
          <tr>{cells(token.header, 'th')}</tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of one text never move
            <tr key={index}>{cells(row, 'td')}</tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}
