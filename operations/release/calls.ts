import { setTimeout as pause } from "node:timers/promises";
import type { z } from "zod";
import type { DigitalOceanAccess } from "../digitalocean.ts";
import { OperationFault } from "../fault.ts";

/** How to reach an HTTP API that may ask for patience. */
export interface PlatformAccess extends DigitalOceanAccess {
  /** Waits for so many milliseconds. @default - a timer */
  wait?: (milliseconds: number) => Promise<unknown>;
}

/** An answer that is no yes; 0 where there was none. */
export class PlatformRefusal extends OperationFault {
  readonly status: number;

  constructor(message: string, status: number, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

const tries = 5;
const longestWait = 60_000;
const patience = 15_000;

const advice: Readonly<Record<number, string>> = {
  401: "the token is wrong or has expired",
  403: "the token lacks a scope: it needs app:read, and app:update to roll back",
  404: "it is not there, or the token may not see it",
};

/** What a call sends. */
export interface Sent {
  method?: "GET" | "POST" | "PUT";
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/**
 * Asks the DigitalOcean API once more where it says later or fails by itself. A write is sent again only where the
 * platform said that it did not take it (429), for an answer that got lost may have been a yes.
 *
 * @throws PlatformRefusal when it refuses, goes on failing or does not answer
 */
export async function call<S extends z.ZodType>(
  access: PlatformAccess,
  path: string,
  schema: S,
  { method = "GET", body, signal }: Sent = {},
): Promise<z.output<S>> {
  const what = `${method} ${path.replace(/\?.*$/, "")}`;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const answer = await send(access, path, method, body, signal);
    if (answer.status >= 200 && answer.status < 300) {
      const checked = schema.safeParse(answer.body);
      if (checked.success) return checked.data;
      const at = checked.error.issues[0]?.path.join(".") ?? "";
      throw new PlatformRefusal(
        `${what} answered in a form that is not known, at ${at || "its top"}`,
        answer.status,
      );
    }
    const later =
      answer.status === 429 || (method === "GET" && (answer.status === 0 || answer.status >= 500));
    if (later && attempt < tries) {
      const milliseconds = Math.min(answer.after > 0 ? answer.after * 1000 : 500 * 2 ** attempt, longestWait);
      await (access.wait ?? ((time) => pause(time, undefined, { signal })))(milliseconds);
      continue;
    }
    throw refusal(what, answer, access.timeout ?? patience);
  }
}

interface Answer {
  status: number;
  body: unknown;
  /** Seconds that the platform asks for. */
  after: number;
  cause?: unknown;
}

async function send(
  { endpoint, token, timeout = patience }: PlatformAccess,
  path: string,
  method: string,
  body: unknown,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  try {
    const late = AbortSignal.timeout(timeout);
    const response = await fetch(`${endpoint}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "error",
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: parsed(text),
      after: Number(response.headers.get("retry-after")) || 0,
    };
  } catch (cause) {
    signal?.throwIfAborted();
    return { status: 0, body: undefined, after: 0, cause };
  }
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(what: string, { status, body, cause }: Answer, timeout: number): PlatformRefusal {
  if (status === 0) {
    const isLate = cause instanceof DOMException && cause.name === "TimeoutError";
    const reason = isLate ? `within ${timeout / 1000} s` : "in a readable way: check the network";
    return new PlatformRefusal(`${what} was not answered ${reason}`, 0, cause);
  }
  const said = (body as { message?: unknown } | undefined)?.message;
  const words = advice[status] ?? (typeof said === "string" ? said.slice(0, 300) : undefined);
  return new PlatformRefusal(`${what} answered ${status}${words === undefined ? "" : `: ${words}`}`, status);
}
