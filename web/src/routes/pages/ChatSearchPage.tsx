import { SearchPage } from '@/features/chat/search/SearchPage'

/** Everything one has said and been told, by its words. */
export function ChatSearchPage() {
  return <SearchPage />
}
