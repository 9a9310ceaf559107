/** What stands at messages and begins somewhere in a conversation: fetched together, with the first answer. */
export { ForkedFrom } from '../forks/ForkedFrom'
export { Queue } from '../queue/Queue'
export { CompactAndRetry } from '../summaries/CompactAndRetry'
export { SummaryRow } from '../summaries/SummaryRow'
export { ContinueBar } from './ContinueBar'
export { EditQuestion } from './EditQuestion'
export { AnswerTools, QuestionTools } from './MessageTools'
