import { writeFileSync } from "node:fs";
import { join } from "node:path";

const type = "digitalocean:index/uptimeCheck:UptimeCheck";

/** Previews of three stacks of so many resources that all change, written as `pulumi preview --json` does; their files. */
export function writePreviews(folder: string, resources: number): string[] {
  return ["dev", "staging", "production"].map((stack) => {
    const steps = Array.from({ length: resources }, (_, index) => ({
      op: "update",
      urn: `urn:pulumi:${stack}::slipway::slipway:index:Monitoring$${type}::check-${index}`,
      oldState: { inputs: { name: `check-${index}`, target: "https://a.example", regions: ["us_east"] } },
      newState: { inputs: { name: `check-${index}`, target: "https://b.example", regions: ["eu_west"] } },
      detailedDiff: { target: { kind: "update" }, regions: { kind: "update" } },
    }));
    const file = join(folder, `preview-${stack}.json`);
    writeFileSync(file, JSON.stringify({ steps, changeSummary: { update: resources } }));
    return `${stack}=${file}`;
  });
}
