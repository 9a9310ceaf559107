/** The one error the browser app knows: what the server said, or why it could not be asked. */

export interface FieldProblem {
  field: string
  message: string
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string | null = null,
    readonly details: unknown = null,
    /** When the server said how long to wait before asking again. */
    readonly retryAfterSeconds: number | null = null,
    /** The one field that is wrong, when the server named it. */
    readonly param: string | null = null,
  ) {
    super(message)
    this.name = 'ApiError'
  }

  /** What is wrong with which field, when the server said so. */
  get fields(): FieldProblem[] {
    const fields = isRecord(this.details) ? this.details.fields : this.details
    return Array.isArray(fields) ? fields.filter(isFieldProblem) : []
  }
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value.field === 'string' && typeof value.message === 'string'
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Read `{"error": {...}}`; anything else (a proxy's page, say) still becomes one clear error. */
export function errorFrom(response: Response, body: unknown): ApiError {
  const error = isRecord(body) && isRecord(body.error) ? body.error : {}
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  return new ApiError(
    response.status,
    text(error.code) ?? (response.status >= 500 ? 'server_error' : 'unexpected_answer'),
    text(error.message) ?? response.statusText,
    text(error.request_id) ?? response.headers.get('x-request-id'),
    error.details ?? null,
    secondsFrom(response.headers.get('retry-after')),
    text(error.param),
  )
}

function secondsFrom(header: string | null): number | null {
  const seconds = Number(header)
  return header && Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : null
}

/** Whatever was thrown, as an ApiError. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  if (thrown instanceof TypeError) return new ApiError(0, 'unreachable', thrown.message)
  return new ApiError(0, 'unexpected', thrown instanceof Error ? thrown.message : String(thrown))
}
