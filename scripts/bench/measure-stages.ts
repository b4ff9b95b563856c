import { join } from 'node:path';
import { createGuestSite } from '#site/guest-site.ts';
import { ROOT } from '../repository.ts';
import { writeBookings } from './checkout.ts';
import { measureStages } from './stages.ts';

/** A program of a checkout: prints what each stage costs with so many bookings. */
await writeBookings(ROOT, Number(process.argv[2]));
const origins = { guestUrl: 'https://guests.example', photosOrigin: 'https://photos.example' };
const site = await createGuestSite(join(ROOT, '.build/guest'), origins);
process.stdout.write(JSON.stringify(await measureStages(ROOT, site)));
