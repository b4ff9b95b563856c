// CloudFront Function (cloudfront-js-2.0) at viewer-request. It knows the addresses of guest pages, which are the
// objects g/<pageId>.html, and passes names of other files on unchanged; whatever can be neither is the 404 page. It
// must never throw: that would be a 503 for the whole site. The engine is njs, so the style is plain and nothing is imported.

// Old names of guest pages that only a list can tell from other objects of the site: /<slug>.html
const LEGACY_SLUGS = { xhqgmdh: 'xhqgmdh' };

// Longer than any address of ours, also with every character encoded.
const LONGEST = 255;
// A name with an empty or a dotted part (`//`, `..`) would be another object to each who reads it.
const FILE = /^(\/\.?[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;
const PAGE = /^\/g\/([a-z0-9]{7,16})(\/en|\/es)?$/;
const CALENDAR = /^\/g\/[a-z0-9]{7,16}\.ics$/;
const MOVED_PAGE = /^\/g\/([a-z0-9]{7,16})([./](en|es))?(\.html)?$/;
const OLD_NAME = /^(\/g)?\/jada-guest-([a-z0-9]{7,16})(\.html)?$/;
const SLUG = /^\/([a-z0-9]+)\.html$/;
// No object has this name, so the distribution answers with its error page and status 404.
const NOWHERE = '/404';

// oxlint-disable-next-line no-unused-vars -- CloudFront calls it by this name
function handler(event) {
  const request = event.request;
  const path = toPlain(request.uri);
  const object = objectOf(path);
  if (object) {
    request.uri = object;
    return request;
  }
  const address = movedTo(path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1'));
  if (address) return redirect(address, request.querystring);
  if (request.uri !== '/' && !(path && FILE.test(request.uri))) request.uri = NOWHERE;
  return request;
}

// The path in lower case, its ordinary characters decoded once; empty where it holds any other.
function toPlain(uri) {
  if (uri.length > LONGEST) return '';
  const decoded = uri.replace(/%[0-9A-Fa-f]{2}/g, function (encoded) {
    const character = String.fromCharCode(parseInt(encoded.slice(1), 16));
    // An encoded slash is no slash, and an encoded % begins nothing.
    return /^[A-Za-z0-9._-]$/.test(character) ? character : encoded;
  });
  // Before the letter case: some letters elsewhere have one of ours as their lower case.
  return /^[A-Za-z0-9._/-]+$/.test(decoded) ? decoded.toLowerCase() : '';
}

function objectOf(path) {
  if (CALENDAR.test(path)) return path;
  const page = PAGE.exec(path);
  if (!page) return '';
  return '/g/' + page[1] + (page[2] ? '.' + page[2].slice(1) : '') + '.html';
}

// Every address that it returns begins with /g/ and is one that objectOf knows: no redirect leads elsewhere, or to another.
function movedTo(path) {
  if (CALENDAR.test(path)) return path;
  const page = MOVED_PAGE.exec(path);
  if (page) return '/g/' + page[1] + (page[3] ? '/' + page[3] : '');
  const old = OLD_NAME.exec(path);
  if (old) return '/g/' + old[2];
  const slug = SLUG.exec(path);
  const isListed = slug && Object.prototype.hasOwnProperty.call(LEGACY_SLUGS, slug[1]);
  return isListed ? '/g/' + LEGACY_SLUGS[slug[1]] : '';
}

function redirect(address, querystring) {
  return {
    statusCode: 301,
    statusDescription: 'Moved Permanently',
    headers: {
      location: { value: address + toQuery(querystring || {}) },
      'cache-control': { value: 'public, max-age=3600' },
    },
  };
}

// Names and values are still encoded as the browser sent them; what no header can hold is left out.
function toQuery(querystring) {
  const pairs = [];
  Object.keys(querystring).forEach(function (name) {
    const entry = querystring[name];
    (entry.multiValue || [entry]).forEach(function (one) {
      pairs.push(one.value ? name + '=' + one.value : name);
    });
  });
  const query = pairs.join('&');
  return /^[!-~]+$/.test(query) ? '?' + query : '';
}
