import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Folders with programs that stand in the place of pg_dump, pg_restore and zstd, and mostly call the real ones. */
export class FakePrograms {
  private readonly parent = mkdtempSync(join(tmpdir(), "slipway-programs-"));
  private count = 0;

  /** A folder with a program for each script; `$REAL` in a script is the program that it stands for. */
  folder(scripts: Readonly<Record<string, string>>): string {
    const folder = join(this.parent, String(this.count++));
    mkdirSync(folder);
    for (const [name, script] of Object.entries(scripts)) {
      const file = join(folder, name);
      const asksVersion = 'case "$1" in --version) exec "$REAL" --version ;; esac';
      writeFileSync(
        file,
        `#!/bin/bash\nREAL=$(PATH=${realPath} command -v ${name})\n${asksVersion}\n${script}\n`,
      );
      chmodSync(file, 0o755);
    }
    return folder;
  }

  remove(): void {
    rmSync(this.parent, { recursive: true, force: true });
  }
}

const realPath = JSON.stringify(process.env["PATH"] ?? "/usr/bin:/bin");
