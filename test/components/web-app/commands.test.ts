import { expect, test } from "@jest/globals";
import { plainSecretIn } from "../../../components/web-app/commands.ts";

test.each<[string, string | undefined]>([
  ["DB_PASSWORD=hunter2 node server.js", "DB_PASSWORD"],
  ["export API_TOKEN='hunter2'; node server.js", "API_TOKEN"],
  ["node server.js --admin-password hunter2", "admin-password"],
  ["node server.js --api-key=hunter2 --port 80", "api-key"],
  ['env PGPASSWORD="hunter2" psql', "PGPASSWORD"],
  ["sh -c 'SECRET_KEY=hunter2 flask run'", "SECRET_KEY"],
  ["node server.js --password $DB_PASSWORD", undefined],
  ["DB_PASSWORD=$OTHER node server.js", undefined],
  ['DB_PASSWORD="$OTHER" node server.js', undefined],
  ["DB_PASSWORD=`cat /run/secret` node server.js", undefined],
  ["TOKEN_MODE=strict node server.js --token-ttl 60", undefined],
  ["node server.js --password-file /run/secret", undefined],
  ["node server.js --no-password --verbose", undefined],
  ["NODE_ENV=production PORT=8080 node server.js", undefined],
  ["curl -u admin:hunter2 https://tinkertools.ao", "CURL_USER"],
  ["curl -s --user='admin:hunter2' https://tinkertools.ao", "CURL_USER"],
  ["curl -u $CURL_USER https://tinkertools.ao", undefined],
  ["curl -u admin:$PASS https://tinkertools.ao", undefined],
  ["docker run -u app:staff shop", undefined],
  ["", undefined],
])("%s holds the secret %s", (command, name) => {
  expect(plainSecretIn(command)).toBe(name);
});
