// Words of conflicts between two who change the same, and of what is kept.

export default {
  conflict: 'Somebody else has changed this meanwhile',
  'conflict.choose': 'Choose for each field, then save.',
  'conflict.none': 'What they changed stands here now. Save again to add yours.',
  'conflict.theirs': 'Take theirs',
  'conflict.mine': 'Keep mine',
  'conflict.empty': '(empty)',
  'settings.data': 'Data',
  'data.title': 'How long customers’ files are kept',
  'data.files': 'Files',
  'data.days': 'Days',
  'data.hint': '0 keeps them for ever. What is older is removed within the hour, for ever, on every number.',
  'data.note': 'Why (for your colleagues)',
  'data.ever': 'for ever',
  'data.nDays': { one: '1 day', other: '{n} days' },
  'data.saved': 'Saved. It holds in a moment.',
  'data.history': 'Changes',
  'data.default': 'The default of the installation holds.',
  'data.removes': 'Files older than {days} will be removed for good.',
};
