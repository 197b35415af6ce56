/** An answer of the product, as a person's browser would get it. */
export interface Probe {
  /** 0 where there was none. */
  status: number;
  milliseconds: number;
  text: string;
  /** Why there was no answer. */
  fault?: string;
}

/** Bytes of an answer that are read: nobody's smoke test looks further. */
const mostBytes = 1024 * 1024;

/** Asks for an address once. Redirects are not followed: they are an answer of their own. */
export async function probe(
  url: string,
  timeoutSeconds: number,
  signal: AbortSignal | undefined,
): Promise<Probe> {
  const begun = performance.now();
  const late = AbortSignal.timeout(timeoutSeconds * 1000);
  try {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { "user-agent": "slipway-verify", "cache-control": "no-cache" },
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    const text = await beginning(response);
    return { status: response.status, milliseconds: performance.now() - begun, text };
  } catch (error) {
    signal?.throwIfAborted();
    const milliseconds = performance.now() - begun;
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    return {
      status: 0,
      milliseconds,
      text: "",
      fault: isLate ? `not within ${timeoutSeconds} s` : reason(error),
    };
  }
}

async function beginning(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop ends the transfer.
  for await (const part of response.body ?? []) {
    parts.push(part);
    bytes += part.byteLength;
    if (bytes >= mostBytes) break;
  }
  return Buffer.concat(parts).subarray(0, mostBytes).toString("utf8");
}

/** What the system says about a connection that failed: the outer error only tells that it did. */
function reason(error: unknown): string {
  const code = (error as { cause?: { code?: unknown } } | undefined)?.cause?.code;
  return typeof code === "string" ? code : "no readable answer";
}

/** The value that so many of a hundred are not above, by nearest rank; of nothing it is 0. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}
