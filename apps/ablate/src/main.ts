console.log('ablate');
