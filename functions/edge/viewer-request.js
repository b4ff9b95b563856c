// CloudFront Function (cloudfront-js-2.0) at viewer-request. It knows the addresses of guest pages, which
// are the objects g/<pageId>.html, and passes everything else on unchanged. It must never throw: that would
// be a 503 for the whole site. The engine is njs, so the style is plain and nothing is imported.

// Old names of guest pages that only a list can tell from other objects of the site: /<slug>.html
const LEGACY_SLUGS = { xhqgmdh: 'xhqgmdh' };

// Only these characters occur in the name of a guest page, so nothing encoded gets further than this.
const NAME = /^(\/[A-Za-z0-9.-]{0,40}){1,4}$/;
const PAGE = /^\/g\/([a-z0-9]{7,16})(\/en|\/es)?$/;
const CALENDAR = /^\/g\/[a-z0-9]{7,16}\.ics$/;
const MOVED = /^\/g\/([a-z0-9]{7,16})(\/|\.html)$/;
const OLD_NAME = /^(\/g)?\/jada-guest-([a-z0-9]{7,16})(\.html)?$/;
const SLUG = /^\/([a-z0-9]+)\.html$/;

// oxlint-disable-next-line no-unused-vars -- CloudFront calls it by this name
function handler(event) {
  const request = event.request;
  if (!NAME.test(request.uri)) return readable(request);
  const path = request.uri.toLowerCase();
  const pageId = movedPage(path);
  if (pageId) return redirect('/g/' + pageId, request.querystring);
  const object = pageObject(path);
  if (object) request.uri = object;
  return request;
}

// The bucket would answer a path that is no valid encoding with an error of its own, in XML.
function readable(request) {
  try {
    decodeURIComponent(request.uri);
  } catch (error) {
    request.uri = '/404';
  }
  return request;
}

function movedPage(path) {
  const moved = MOVED.exec(path);
  if (moved) return moved[1];
  const old = OLD_NAME.exec(path);
  if (old) return old[2];
  const slug = SLUG.exec(path);
  const isListed = slug && Object.prototype.hasOwnProperty.call(LEGACY_SLUGS, slug[1]);
  return isListed ? LEGACY_SLUGS[slug[1]] : '';
}

function pageObject(path) {
  if (CALENDAR.test(path)) return path;
  const page = PAGE.exec(path);
  if (!page) return '';
  const language = page[2] ? '.' + page[2].slice(1) : '';
  return '/g/' + page[1] + language + '.html';
}

function redirect(path, querystring) {
  const query = toQuery(querystring || {});
  return {
    statusCode: 301,
    statusDescription: 'Moved Permanently',
    headers: {
      location: { value: path + (query ? '?' + query : '') },
      'cache-control': { value: 'public, max-age=3600' },
    },
  };
}

// Names and values are still encoded as the browser sent them.
function toQuery(querystring) {
  const pairs = [];
  Object.keys(querystring).forEach(function (name) {
    const entry = querystring[name];
    (entry.multiValue || [entry]).forEach(function (one) {
      pairs.push(one.value ? name + '=' + one.value : name);
    });
  });
  return pairs.join('&');
}
