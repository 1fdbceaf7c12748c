import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ListState, LiveList } from '../api/live-list.js';
import { useStore } from '../api/store.js';
import { say } from '../text/language.js';
import { Button } from './button.js';

interface ListProps<Item extends object> {
  list: LiveList<Item>;
  /** What is shown when there is nothing. */
  empty: ComponentChildren;
  children(items: readonly Item[]): ComponentChildren;
}

/** Creates a list once for a component, and follows it for as long as the component is shown. */
export function useLiveList<Item extends object>(create: () => LiveList<Item>): LiveList<Item> {
  const [list] = useState(create);
  useEffect(() => list.open(), [list]);
  return list;
}

/** A list with its pages. */
export function List<Item extends object>({ list, empty, children }: ListProps<Item>) {
  const { items, next, status }: ListState<Item> = useStore(list.state);
  if (status === 'loading' && items.length === 0) return <p class="empty">{say('Loading…', '加载中…')}</p>;
  if (status === 'failed' && items.length === 0) {
    return (
      <p class="empty">
        {say('This could not be loaded.', '加载失败。')}{' '}
        <Button onPress={() => list.load()}>{say('Try again', '重试')}</Button>
      </p>
    );
  }
  if (items.length === 0) return <div class="empty">{empty}</div>;
  return (
    <>
      {children(items)}
      {next !== null && (
        <p class="more">
          <Button onPress={() => list.more()}>{say('Show older ones', '显示更早的')}</Button>
        </p>
      )}
    </>
  );
}
