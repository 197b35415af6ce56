import type { FileStoreSettings } from "../file-store.settings.ts";
import type { WebAppSettings } from "../web-app.settings.ts";

/** The keys under which the app's secrets hold what only AWS tells about the files. */
export const fileSecretKeys = {
  bucket: "filesBucket",
  region: "filesRegion",
  keyId: "filesKeyId",
  secret: "filesSecret",
} as const;

/** The variables that a component gets which keeps files: the SDK of AWS reads those that begin with its name. */
export const fileVariables = ({ prefix, signedUrlSeconds }: FileStoreSettings) => ({
  FILES_BUCKET: { secret: fileSecretKeys.bucket },
  FILES_PREFIX: prefix,
  FILES_SIGNED_URL_SECONDS: signedUrlSeconds,
  AWS_REGION: { secret: fileSecretKeys.region },
  AWS_ACCESS_KEY_ID: { secret: fileSecretKeys.keyId },
  AWS_SECRET_ACCESS_KEY: { secret: fileSecretKeys.secret },
});

const lists = ["services", "workers", "jobs"] as const;

/** The app whose components know where the files are, as far as `files.components` names them. */
export function withFiles(app: WebAppSettings, files: FileStoreSettings | undefined): WebAppSettings {
  if (files === undefined) return app;
  const variables = fileVariables(files);
  const listed = lists.map((list) => [
    list,
    Object.fromEntries(
      Object.entries(app[list]).map(([name, component]) => [
        name,
        files.components.includes(name)
          ? { ...component, environment: { ...component.environment, ...variables } }
          : component,
      ]),
    ),
  ]);
  return { ...app, ...Object.fromEntries(listed) };
}
