import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bookingJsonSchema } from '#bookings/model/booking-file.ts';
import { EXIT, runCommand } from './command.ts';
import { ROOT } from './repository.ts';

const HELP = `
Usage: npm run schema

Writes bookings/booking.schema.json, which editors use to complete and check booking files, from the schema in
bookings/model/booking-file.ts. A test compares the two.
`;

await runCommand({
  help: HELP,
  options: {},
  async run() {
    const file = join(ROOT, 'bookings/booking.schema.json');
    await writeFile(file, `${JSON.stringify(bookingJsonSchema(), null, 2)}\n`);
    process.stdout.write(`${file} written\n`);
    return EXIT.done;
  },
});
