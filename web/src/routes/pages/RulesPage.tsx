import { RulesPanel } from '@/features/chat/rules/RulesPanel'

export function RulesPage() {
  return <RulesPanel />
}
