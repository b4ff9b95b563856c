import base from '../../design/base.css?inline';
import photos from './client/photos.css?inline';
import charter from './styles/charter.css?inline';
import layout from './styles/layout.css?inline';
import print from './styles/print.css?inline';

/** Each page carries its styles whole, so that nothing is fetched before it can be painted. */
export const SHARED_STYLES = base + layout;
export const CHARTER_STYLES = base + layout + charter + photos + print;
