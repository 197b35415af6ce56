import { describe, expect, test } from "@jest/globals";
import { api, app, image, lines, withService } from "../../support/app-settings.ts";

describe("scale", () => {
  test.each<[string, object, string[]]>([
    [
      "autoscaling on a shared size",
      { size: "apps-s-1vcpu-1gb", autoscaling: { min: 1, max: 5 } },
      [
        "app.services.api.autoscaling: must be left out: apps-s-1vcpu-1gb is shared and the platform scales dedicated sizes only; did you mean size apps-d-1vcpu-1gb?",
      ],
    ],
    [
      "instances beside autoscaling",
      { size: "apps-d-1vcpu-1gb", instances: 2, autoscaling: { min: 1, max: 5 } },
      ["app.services.api.instances: must be left out where autoscaling is set, which decides the number"],
    ],
    [
      "as many instances at least as at most",
      { size: "apps-d-1vcpu-1gb", autoscaling: { min: 2, max: 2 } },
      ["app.services.api.autoscaling.max: must be more than min"],
    ],
    [
      "two instances of a size that runs alone",
      { size: "apps-s-1vcpu-1gb-fixed", instances: 2 },
      [
        "app.services.api.instances: must be 1: apps-s-1vcpu-1gb-fixed runs alone; did you mean size apps-s-1vcpu-1gb?",
      ],
    ],
    [
      "251 instances",
      { size: "apps-s-1vcpu-1gb", instances: 251 },
      ["app.services.api.instances: must be at most 250; got 251"],
    ],
    [
      "a cooldown",
      { size: "apps-d-1vcpu-1gb", autoscaling: { min: 1, max: 2, cooldownSeconds: 60 } },
      [
        "app.services.api.autoscaling.cooldownSeconds: must be left out: the platform scales by neither memory nor errors and has no pause to choose; use cpuPercent, and alerts or monitoring.checks for the rest",
      ],
    ],
    [
      "a former size",
      { size: "basic-xs" },
      [
        'app.services.api.size: must be a size that is still sold; "basic-xs" is now apps-s-1vcpu-1gb-fixed, which runs alone, for 10 USD a month',
      ],
    ],
    [
      "a liveness check that wants two successes",
      { liveness: { successThreshold: 2 } },
      [
        "app.services.api.liveness.successThreshold: must be 1: the platform takes no other number for a liveness check",
      ],
    ],
    [
      "a health check out of range",
      { health: { periodSeconds: 301, timeoutSeconds: 0, path: "health" } },
      [
        'app.services.api.health.path: must be a path that starts with a slash, such as /api/health; got "health"',
        "app.services.api.health.periodSeconds: must be at most 300; got 301",
        "app.services.api.health.timeoutSeconds: must be at least 1; got 0",
      ],
    ],
    [
      "a grace period over ten minutes and a drain over 110 seconds",
      { termination: { gracePeriodSeconds: 601, drainSeconds: 111 } },
      [
        "app.services.api.termination.gracePeriodSeconds: must be at most 600; got 601",
        "app.services.api.termination.drainSeconds: must be at most 110; got 111",
      ],
    ],
  ])("fails with %s", (_, more, expected) => {
    expect(lines(withService(more))).toEqual(expected);
  });

  test("a worker has nothing to drain", () => {
    expect(lines({ workers: { mailer: { image, termination: { drainSeconds: 5 } } } })).toEqual([
      "app.workers.mailer.termination.drainSeconds: must be a known setting: one of gracePeriodSeconds",
    ]);
  });

  test("a dedicated size may scale", () => {
    expect(
      lines(withService({ size: "apps-d-1vcpu-1gb", autoscaling: { min: 2, max: 50, cpuPercent: 70 } })),
    ).toEqual([]);
  });
});

describe("alerts and logs", () => {
  const emails = (...list: string[]) => ({ destinations: { emails: list } });
  test.each<[string, unknown, string[]]>([
    [
      "an alert on error rates",
      withService({ alerts: [{ measure: "errorRate", value: 5 }] }),
      [
        "app.services.api.alerts[0].measure: must be one of cpuPercent, memoryPercent, restarts; the platform measures no error rate: watch the health path with monitoring.checks",
      ],
    ],
    [
      "another window",
      withService({ alerts: [{ measure: "restarts", value: 5, windowMinutes: 15 }] }),
      ["app.services.api.alerts[0].windowMinutes: must be one of 5, 10, 30, 60"],
    ],
    [
      "destinations that name nobody",
      withService({ alerts: [{ measure: "restarts", value: 5, destinations: {} }] }),
      [
        "app.services.api.alerts[0].destinations: must name an e-mail address or a Slack channel, or be left out",
      ],
    ],
    [
      "one alert twice",
      { ...app, alerts: ["deploymentFailed", { rule: "deploymentFailed" }] },
      ["app.alerts[1]: must be listed once; got deploymentFailed twice"],
    ],
    [
      "different destinations of one measure",
      {
        services: {
          api: { ...api, alerts: [{ measure: "restarts", value: 1, ...emails("a@acme.example") }] },
        },
        workers: {
          mailer: { image, alerts: [{ measure: "restarts", value: 1, ...emails("b@acme.example") }] },
        },
      },
      [
        "app.workers.mailer.alerts[0].destinations: must be as for the restarts alert of api: the provider gives all alerts of a measure the same destinations",
      ],
    ],
    [
      "another place for logs",
      { ...app, logs: { splunk: { kind: "splunk" } } },
      ['app.logs.splunk.kind: must be one of papertrail, datadog, logtail, opensearch; got "splunk"'],
    ],
    [
      "papertrail without a port",
      { ...app, logs: { trail: { kind: "papertrail", endpoint: "logs.example" } } },
      [
        'app.logs.trail.endpoint: must be host:port, such as logs.papertrailapp.com:12345; got "logs.example"',
      ],
    ],
    [
      "opensearch without address or with half a login",
      { ...app, logs: { search: { kind: "opensearch", user: "me" } } },
      [
        "app.logs.search: must have either endpoint or clusterName",
        "app.logs.search: must have both user and password, or neither",
      ],
    ],
    [
      "a log destination with a short name",
      { ...app, logs: { d: { kind: "datadog", apiKey: { secret: "datadogKey" } } } },
      ['app.logs.d: must have a name that is 2 to 42 letters, digits and hyphens, such as datadog; got "d"'],
    ],
  ])("fails with %s", (_, input, expected) => {
    expect(lines(input)).toEqual(expected);
  });
});
