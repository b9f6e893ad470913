document.title = 'x';
import('../locales/en.json').then(console.log);
