import { useTranslation } from 'react-i18next'
import { decodeEntities, isOwnImage, safeHref, type Token, type Tokens } from './blocks'
import styles from './Markdown.module.css'

/** Words, emphasis, links and pictures inside a block. */
export function InlineTokens({ tokens }: { tokens: Token[] | undefined }) {
  return tokens?.map((token, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: tokens of one text never move
    <InlineToken key={index} token={token} />
  ))
}

function InlineToken({ token }: { token: Token }) {
  switch (token.type) {
    case 'strong':
      return (
        <strong>
          <InlineTokens tokens={token.tokens} />
        </strong>
      )
    case 'em':
      return (
        <em>
          <InlineTokens tokens={token.tokens} />
        </em>
      )
    case 'del':
      return (
        <del>
          <InlineTokens tokens={token.tokens} />
        </del>
      )
    case 'codespan':
      return <code className={styles.code}>{(token as Tokens.Codespan).text}</code>
    case 'br':
      return <br />
    case 'link':
      return <Link token={token as Tokens.Link} />
    case 'image':
      return <Picture token={token as Tokens.Image} />
    case 'text':
      return token.tokens ? <InlineTokens tokens={token.tokens} /> : decodeEntities((token as Tokens.Text).text)
    case 'escape':
      return decodeEntities((token as Tokens.Escape).text)
    default:
      return token.raw
  }
}

function Link({ token }: { token: Tokens.Link }) {
  const { t } = useTranslation()
  const href = safeHref(token.href, location.href)
  if (href === null) return token.raw
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={token.title ?? undefined}>
      <InlineTokens tokens={token.tokens} />
      <span className="visually-hidden"> {t('opensElsewhere')}</span>
    </a>
  )
}

/** Pictures of other hosts are never fetched by the page: that would tell them who reads what, and when. */
function Picture({ token }: { token: Tokens.Image }) {
  const { t } = useTranslation()
  if (isOwnImage(token.href, location.href)) return <img src={token.href} alt={token.text} loading="lazy" />
  const href = safeHref(token.href, location.href)
  if (href === null) return token.raw
  return (
    <a className={styles.picture} href={href} target="_blank" rel="noopener noreferrer nofollow">
      {t('imageElsewhere', { alt: token.text || t('image'), host: new URL(href).host })}
    </a>
  )
}
