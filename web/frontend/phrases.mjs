// Words that form-js writes past its translate service, put into the page's language while bundling.
// The build fails when one of them is no longer there.
import fs from 'node:fs/promises';

const either = (english, chinese) => `(document.documentElement.lang === 'en' ? ${english} : ${chinese})`;

const PHRASES = [
  ["use24h ? 'hh:mm' : 'hh:mm --'", either("'hh:mm'", "'时:分'")],
  ["placeholder: 'Search'", `placeholder: ${either("'Search'", "'搜索'")}`],
  ["valueLabel || 'Select'", `valueLabel || ${either("'Select'", "'请选择'")}`],
  ['`Remove list item ${itemIndex + 1}`', either('`Remove row ${itemIndex + 1}`', '`删除第${itemIndex + 1}行`')],
  ['placeholder: getLocaleReadableDateFormat()', `placeholder: ${either("'yyyy-mm-dd'", "'年-月-日'")}`],
  ['dateFormat: getLocaleDateFlatpickrConfig()', "dateFormat: 'Y-m-d'"], // as everything printed, in every browser's language
];

export const chinesePhrases = {
  name: 'chinese-phrases',
  setup({ onLoad }) {
    onLoad({ filter: /form-js-viewer[\\/]dist[\\/]index\.es\.js$/ }, async ({ path }) => {
      let contents = await fs.readFile(path, 'utf8');
      const gone = PHRASES.filter(([phrase]) => !contents.includes(phrase)).map(([text]) => ({ text: `form-js no longer says ${text}` }));
      for (const [phrase, chinese] of PHRASES) contents = contents.replaceAll(phrase, chinese);
      return { contents, loader: 'js', errors: gone };
    });
  },
};
