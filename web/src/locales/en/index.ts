import accounts from './accounts.json'
import chat from './chat.json'
import common from './common.json'
import errors from './errors.json'
import gateway from './gateway.json'

export default { common, accounts, chat, gateway, errors }
