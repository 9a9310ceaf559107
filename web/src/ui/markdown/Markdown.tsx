import { memo, useMemo, useRef } from 'react'
import { BlockToken } from './BlockToken'
import { blocks, type Growing, grow, type Token } from './blocks'
import styles from './Markdown.module.css'

/** Markdown as elements. Nothing is set as HTML: raw HTML in the text is shown as the text it is. */
export function Markdown({ text, streaming = false }: { text: string; streaming?: boolean }) {
  const tokens = useBlocks(text, streaming)
  return (
    <div className={styles.markdown}>
      {tokens.map((token, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: text only grows at its end, so the index is the identity
        <Block key={index} token={token} raw={token.raw} open={streaming && index === tokens.length - 1} />
      ))}
    </div>
  )
}

/** While a text streams in, only its end is read anew; at last all of it, because a definition may stand at the end. */
function useBlocks(text: string, streaming: boolean): Token[] {
  const growing = useRef<Growing | null>(null)
  return useMemo(() => {
    if (!streaming) return blocks(text)
    growing.current = grow(growing.current, text)
    return growing.current.blocks
  }, [text, streaming])
}

interface BlockProps {
  token: Token
  raw: string
  open: boolean
}

/** Equal source means an equal block, whatever object the lexer made of it. */
const Block = memo(
  function Block({ token, open }: BlockProps) {
    return <BlockToken token={token} open={open} />
  },
  (before, after) => before.raw === after.raw && before.open === after.open,
)
