import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { listBackups, listVersions } from "../../backup/history.ts";
import { dumpKey, manifestKey, newId } from "../../backup/keys.ts";
import { expiryOf } from "../../backup/list.ts";
import { FaultyS3 } from "../support/faulty-s3.ts";

const s3 = new FaultyS3();
beforeAll(() => s3.start(), 170_000);
afterAll(() => s3.stop());

test("R5 a real bucket is read page by page, versions and markers alike", async () => {
  const client = s3.client();
  await client.createBucket({ Bucket: "many", ObjectLockEnabledForBucket: true });
  const place = { prefix: "postgres/", cluster: "c", database: "app" };
  const ids = Array.from({ length: 25 }, (_, hour) => newId(new Date(hour * 3_600_000), Buffer.alloc(4)));
  for (const id of ids) {
    await client.putObject({ Bucket: "many", Key: dumpKey(place, id), Body: "dump" });
    await client.putObject({ Bucket: "many", Key: manifestKey(place, id), Body: "{}" });
    await client.putObject({
      Bucket: "many",
      Key: dumpKey({ ...place, database: "app2" }, id),
      Body: "other",
    });
  }
  await client.deleteObject({ Bucket: "many", Key: dumpKey(place, ids.at(-1) ?? "") });
  await client.putObject({ Bucket: "many", Key: dumpKey(place, ids[0] ?? ""), Body: "again" });
  s3.mend();
  const seen = [];
  for await (const { key, isMarker, isLatest } of listVersions(client, "many", "postgres/c/app/", 7))
    seen.push([key, isMarker, isLatest]);
  expect([seen.length, seen.filter(([, isMarker]) => isMarker).length]).toEqual([52, 1]);
  expect(s3.requests.length).toBe(8);
  const backups = await listBackups(client, "many", place);
  client.destroy();
  expect(backups.map(({ id }) => id)).toEqual(ids);
  expect(backups.at(-1)?.state).toBe("deleted");
  expect(backups[0]).toMatchObject({ state: "complete", dump: { bytes: 5, isLatest: true } });
});

test("a backup goes at the midnight that follows its last day", () => {
  expect(expiryOf(new Date("2026-11-21T03:00:00Z"), 30)).toEqual(new Date("2026-12-22T00:00:00Z"));
});
