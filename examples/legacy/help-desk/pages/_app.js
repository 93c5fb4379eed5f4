export default function App({ Component, pageProps }) {
  return (
    <main
      style={{ fontFamily: 'system-ui', maxWidth: 720, margin: '2rem auto', padding: '0 1rem' }}
    >
      <Component {...pageProps} />
    </main>
  )
}
