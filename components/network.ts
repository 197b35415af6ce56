import { Vpc } from "@pulumi/digitalocean/vpc.js";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { dataCentres } from "../catalog/regions.ts";
import { adopting } from "./internal/adoption.ts";
import { nameLimits, physicalName } from "./internal/names.ts";
import { parseSettings } from "./internal/settings.ts";
import type { Region } from "./internal/values.ts";
import { NetworkSettings } from "./network.settings.ts";

export interface NetworkArgs extends z.input<typeof NetworkSettings> {
  /** Region of the app; the network is in the data centre beside it. */
  region: Region;
  /** What the names at the platform start with. @default - the component's name */
  namedAs?: string | undefined;
}

/**
 * The private network that the database and the app share.
 *
 * @example
 * new Network("tinkertools-network", { region: "nyc", ipRange: "10.30.0.0/20" });
 */
export class Network extends pulumi.ComponentResource {
  /** What the platform knows the network by. */
  public readonly id: pulumi.Output<string>;
  /** Its private addresses, `10.30.0.0/20`. */
  public readonly ipRange: pulumi.Output<string>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    const { region, namedAs = name, ...input } = args;
    const settings = parseSettings(NetworkSettings, input, name);
    super("slipway:index:Network", name, { region, ...settings }, opts);

    const vpc = new Vpc(
      name,
      {
        name: settings.name ?? physicalName([namedAs, pulumi.getStack()], nameLimits.vpc),
        region: dataCentres[region],
        ...(settings.ipRange === undefined ? {} : { ipRange: settings.ipRange }),
      },
      { parent: this, ...adopting(settings.import) },
    );

    this.id = vpc.id;
    this.ipRange = vpc.ipRange;
    this.registerOutputs({ id: this.id, ipRange: this.ipRange });
  }
}
