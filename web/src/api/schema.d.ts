/** Stand-in until the generated document is there. */
type Json<T> = { content: { 'application/json': T } }
type Path<P> = [P] extends [never] ? { path?: never } : { path: P }
type Op<R, Status extends number = 200, B = never, P = never, Q = Record<string, never>> = {
  parameters: Path<P> & { query?: Q; header?: Record<string, string>; cookie?: never }
  responses: { [S in Status]: { headers: Record<string, unknown>; content: { 'application/json': R } } }
} & ([B] extends [never] ? { requestBody?: never } : { requestBody: Json<B> })
type Gone<P = never> = {
  parameters: Path<P> & { query?: never; header?: never; cookie?: never }
  requestBody?: never
  responses: { 204: { headers: Record<string, unknown>; content?: never } }
}
type Paging = { limit?: number; cursor?: string | null }
type Page<T> = { items: T[]; next_cursor: string | null }
type S = components['schemas']
type Id = { session_id: string }
export interface paths {
  '/api/v1/setup': { get: Op<S['SetupOut']> }
  '/api/v1/auth/register': { post: Op<S['AuthOut'], 201, S['RegisterIn']> }
  '/api/v1/auth/login': { post: Op<S['AuthOut'], 200, S['LoginIn']> }
  '/api/v1/auth/refresh': { post: Op<S['AuthOut']> }
  '/api/v1/auth/logout': { post: Gone }
  '/api/v1/me': { get: Op<S['UserOut']> }
  '/api/v1/keys': { get: Op<Page<S['KeyOut']>, 200, never, never, Paging>; post: Op<S['NewKeyOut'], 201, { name: string }> }
  '/api/v1/keys/{key_id}': { delete: Gone<{ key_id: string }> }
  '/api/v1/gateway/presets': { get: Op<S['PresetOut'][]> }
  '/api/v1/gateway/models': { get: Op<S['ModelOut'][]> }
  '/api/v1/gateway/channels': {
    get: Op<Page<S['ChannelOut']>, 200, never, never, Paging>
    post: Op<S['ChannelOut'], 201, S['ChannelIn']>
  }
  '/api/v1/gateway/channels/{channel_id}': {
    get: Op<S['ChannelOut'], 200, never, { channel_id: string }>
    patch: Op<S['ChannelOut'], 200, Partial<S['ChannelIn']>, { channel_id: string }>
    delete: Gone<{ channel_id: string }>
  }
  '/api/v1/gateway/channels/test': { post: Op<S['TestOut'], 200, S['ChannelIn']> }
  '/api/v1/gateway/channels/{channel_id}/test': { post: Op<S['TestOut'], 200, never, { channel_id: string }> }
  '/api/v1/gateway/channels/fetch-models': { post: Op<{ models: string[] }, 200, Omit<S['ChannelIn'], 'models'>> }
  '/api/v1/chat/sessions': {
    get: Op<Page<S['SessionOut']>, 200, never, never, Paging>
    post: Op<S['SessionOut'], 201, { model?: string | null; engine?: string | null }>
  }
  '/api/v1/chat/sessions/{session_id}': {
    get: Op<S['SessionOut'], 200, never, Id>
    patch: Op<S['SessionOut'], 200, { title?: string | null; model?: string | null }, Id>
    delete: Gone<Id>
  }
  '/api/v1/chat/sessions/{session_id}/restore': { post: Op<S['SessionOut'], 200, never, Id> }
  '/api/v1/chat/sessions/{session_id}/messages': {
    get: Op<Page<S['MessageOut']>, 200, never, Id, Paging>
    post: Op<S['Exchange'], 202, { text: string; model?: string | null }, Id>
  }
  '/api/v1/chat/sessions/{session_id}/stop': { post: Gone<Id> }
  '/api/v1/chat/sessions/{session_id}/retry': { post: Op<S['Exchange'], 202, never, Id> }
  '/api/v1/realtime/ticket': { post: Op<{ ticket: string; expires_in: number }> }
}
export interface components {
  schemas: {
    SetupOut: { needs_admin: boolean; registration_open: boolean; version: string }
    UserOut: { id: string; email: string; name: string; role: 'admin' | 'member'; created_at: string }
    AuthOut: { access_token: string; token_type: 'bearer'; expires_in: number; user: S['UserOut'] }
    RegisterIn: { email: string; password: string; name: string }
    LoginIn: { email: string; password: string }
    KeyOut: { id: string; name: string; prefix: string; created_at: string; last_used_at: string | null }
    NewKeyOut: S['KeyOut'] & { key: string }
    PresetOut: { kind: string; name: string; base_url: string; needs_key: boolean; models: string[]; simulated: boolean }
    ModelOut: { name: string; simulated: boolean }
    ChannelModel: { name: string; upstream_model?: string | null }
    ChannelIn: {
      name: string
      kind: string
      base_url?: string | null
      api_key?: string | null
      models: S['ChannelModel'][]
      private?: boolean
      enabled?: boolean
    }
    ChannelOut: {
      id: string
      name: string
      kind: string
      base_url: string
      api_key_last4: string | null
      models: { name: string; upstream_model: string | null }[]
      private: boolean
      enabled: boolean
      simulated: boolean
      created_at: string
      updated_at: string
    }
    TestOut: { ok: boolean; model: string | null; latency_ms: number | null; answer: string | null; code: string | null; message: string }
    SessionOut: {
      activity_at: string
      id: string
      title: string | null
      model: string | null
      engine: string
      state: 'idle' | 'running'
      created_at: string
      updated_at: string
    }
    PartOut: { id: string; type: 'text' | 'reasoning'; text: string; started_at: string; ended_at: string | null }
    MessageOut: {
      id: string
      session_id: string
      role: 'user' | 'assistant'
      status: 'complete' | 'streaming' | 'stopped' | 'interrupted' | 'failed'
      parts: S['PartOut'][]
      model: string | null
      error: { code: string; message: string } | null
      usage: { input_tokens: number; output_tokens: number } | null
      created_at: string
    }
    Exchange: { message: S['MessageOut']; answer: S['MessageOut'] }
  }
}
