import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import type { Fault } from "../apis/request-log.ts";
import { FaultRequest, type FaultsReply } from "./control.ts";
import type { Journal } from "./journal.ts";

/** The faults of the local clouds, for the command that sets them. They end with the process. */
export function faultRoutes(control: FastifyInstance, journal: Journal): void {
  const left = (): z.input<typeof FaultsReply> =>
    journal
      .faultsLeft()
      .map(({ headers, ...fault }) => ({ ...fault, ...(headers && { headers: { ...headers } }) }));
  control.get("/faults", left);
  control.post("/faults", (request) => {
    journal.setFault(asFault(FaultRequest.parse(request.body)));
    return left();
  });
  control.delete("/faults", () => {
    journal.clearFaults();
    return left();
  });
}

/** Without what is not set. */
function asFault({ action, message, body, headers, ...fault }: FaultRequest): Fault {
  return {
    ...fault,
    ...(action === undefined ? {} : { action }),
    ...(message === undefined ? {} : { message }),
    ...(body === undefined ? {} : { body }),
    ...(headers === undefined ? {} : { headers }),
  };
}
