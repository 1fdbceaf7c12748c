import { useEffect, useState } from 'preact/hooks';
import { useStore } from '../api/store.js';
import { clockSkew } from '../state.js';

/** The time of the simulator, in Unix milliseconds. The component is rendered again each second. */
export function useNow(): number {
  const skew = useStore(clockSkew);
  const [, render] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => render((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return Date.now() + skew;
}
