import { clockCommand } from "./clock.ts";
import { commitCommand } from "./commit.ts";
import { downCommand } from "./down.ts";
import { faultCommand } from "./fault.ts";
import { imageCommand } from "./image.ts";
import { logCommand } from "./log.ts";
import { logsCommand } from "./logs.ts";
import { mergeCommand } from "./merge.ts";
import { previewCommand } from "./preview.ts";
import { psqlCommand } from "./psql.ts";
import { pullCommand } from "./pull.ts";
import { rehearseCommand } from "./rehearse.ts";
import { secretCommand } from "./secret.ts";
import { statusCommand } from "./status.ts";
import { upCommand } from "./up.ts";

/** The commands of `slipway local`, in the order of its help. */
export const localCommands = [
  upCommand,
  previewCommand,
  statusCommand,
  psqlCommand,
  logsCommand,
  logCommand,
  clockCommand,
  secretCommand,
  imageCommand,
  commitCommand,
  mergeCommand,
  pullCommand,
  faultCommand,
  rehearseCommand,
  downCommand,
];
