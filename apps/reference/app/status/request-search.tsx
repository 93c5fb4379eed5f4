/** Asks for the queries of one request. It is a form, and works before any script has been loaded. */
export function RequestSearch({ requestId }: { requestId: string | undefined }) {
  return (
    <form action="/status" method="get" className="row search" role="search">
      <label>
        <span className="muted">Request id</span>
        <br />
        <input
          name="request"
          defaultValue={requestId}
          placeholder="x-request-id of a response"
          size={38}
          spellCheck={false}
          autoComplete="off"
        />
      </label>
      <button type="submit">Show its queries</button>
      {requestId !== undefined && <a href="/status">All requests</a>}
    </form>
  )
}
