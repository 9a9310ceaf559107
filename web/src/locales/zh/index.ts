/** Words of the first page; the rest is in lazy.ts. */
import accounts from './accounts.json'
import chat from './chat.json'
import common from './common.json'
import errors from './errors.json'

export default { common, accounts, chat, errors }
