import { registryPlans } from "../../catalog/platform-prices.ts";
import type { StackSettings } from "../config.ts";
import type { Prices } from "../prices.ts";
import { allComponents } from "../web-app/components.ts";
import type { WebAppSettings } from "../web-app.settings.ts";
import { costLine, type DatedLine, fixed, nothing } from "./line.ts";
import { times } from "./money.ts";

/** What watching the product costs. */
export function monitoringLines(monitoring: StackSettings["monitoring"], prices: Prices): DatedLine[] {
  const checks = Object.keys(monitoring?.checks ?? {}).length;
  if (checks === 0) return [];
  const price = prices.platform("uptimeCheck");
  return [
    costLine("other", `uptime checks, ${checks}`, fixed(times(checks, price.usd)), price, [
      "their alerts and those of the database are free",
    ]),
  ];
}

/** What keeping the images costs, registry by registry. */
export function registryLines(app: WebAppSettings, prices: Prices): DatedLine[] {
  const images = new Map<string, Set<string>>();
  for (const { settings } of allComponents(app)) {
    if (!("image" in settings) || settings.image === undefined) continue;
    const { registry, repository } = settings.image;
    images.set(registry, (images.get(registry) ?? new Set()).add(repository));
  }
  return [...images.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([registry, repositories]) => registryLine(registry, repositories.size, prices));
}

const freeRegistries: Readonly<Record<string, { title: string; source: string; assumption: string }>> = {
  ghcr: {
    title: "GitHub's registry",
    source: "GitHub documents, billing of GitHub Packages, not looked up",
    assumption: "GitHub charges nothing for container images so far",
  },
  dockerHub: {
    title: "Docker Hub",
    source: "Docker Hub pricing, not looked up",
    assumption: "public images, or a plan of Docker's that is paid anyway",
  },
};

function registryLine(registry: string, repositories: number, prices: Prices): DatedLine {
  const free = freeRegistries[registry];
  if (free !== undefined)
    return costLine(
      "other",
      `images in ${free.title}, ${repositories}`,
      nothing,
      { source: free.source, date: "2026-11-21" },
      [free.assumption],
    );
  const at = registryPlans.findIndex((plan) => plan.repositories >= repositories);
  const [least, most] = [registryPlans[at], registryPlans[Math.min(at + 1, registryPlans.length - 1)]];
  const price = prices.platform(most?.price ?? "registryProfessional");
  return costLine(
    "other",
    `images in DigitalOcean's registry, ${repositories}`,
    {
      minimum: times(1, prices.platform(least?.price ?? "registryProfessional").usd),
      maximum: times(1, price.usd),
    },
    price,
    [
      "the plan that holds so many at least, the next larger one at most; the account's other stacks share it",
    ],
  );
}
